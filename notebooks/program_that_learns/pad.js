// A sheet of 8 × 8 squares to draw on. Each square holds 4 × 4 points, and its value is the share
// of them that are inked, which is how scikit-learn's digits were made from larger drawings.

const SQUARES = 8
const POINTS = 4 // per square, along each side
const FINE = SQUARES * POINTS
const SIZE = 256 // of the sheet on the screen
const PEN = 2.2 // radius, in points

function render({ model, el }) {
    const sheet = document.createElement("canvas")
    sheet.width = sheet.height = SIZE
    sheet.tabIndex = 0
    sheet.className = "pad"
    sheet.style.cssText = `width: ${SIZE}px; max-width: 100%; touch-action: none; cursor: crosshair`
    sheet.setAttribute("role", "application")
    sheet.setAttribute("data-lm-suppress-shortcuts", "true") // the arrow keys are for the sheet
    const spoken = document.createElement("span")
    spoken.setAttribute("role", "status")
    spoken.style.cssText = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)"
    el.append(sheet, spoken)

    const brush = sheet.getContext("2d")
    let points = new Set() // inked by the pen
    let squares = [...model.get("value")] // what Python put there, or the keyboard
    let here = { row: 3, column: 3 } // of the keyboard
    let last = null // where the pen was

    const values = () => {
        const counts = new Array(SQUARES * SQUARES).fill(0)
        for (const point of points) {
            const [row, column] = [Math.floor(point / FINE), point % FINE]
            counts[Math.floor(row / POINTS) * SQUARES + Math.floor(column / POINTS)] += 1
        }
        return counts.map((count, place) => Math.max(count / POINTS ** 2, squares[place]))
    }

    function show() {
        const side = SIZE / SQUARES
        values().forEach((value, place) => {
            const grey = Math.round(255 * (1 - value))
            brush.fillStyle = `rgb(${grey}, ${grey}, ${grey})`
            brush.fillRect((place % SQUARES) * side, Math.floor(place / SQUARES) * side, side, side)
        })
        brush.strokeStyle = "#bbbbbb"
        brush.lineWidth = 1
        for (let line = 0; line <= SQUARES; line += 1) {
            brush.strokeRect(line * side, -1, 0, SIZE + 2)
            brush.strokeRect(-1, line * side, SIZE + 2, 0)
        }
        if (document.activeElement === sheet) {
            brush.strokeStyle = "#D55E00"
            brush.lineWidth = 3
            brush.strokeRect(here.column * side + 2, here.row * side + 2, side - 4, side - 4)
        }
        sheet.setAttribute(
            "aria-label",
            "A sheet of 8 by 8 squares to draw a digit on. Arrow keys move, the space bar turns a square black or white."
        )
    }

    function tell() {
        show()
        model.set("value", values())
        model.save_changes()
    }

    const place = (event) => {
        const box = sheet.getBoundingClientRect()
        return {
            x: ((event.clientX - box.left) / box.width) * FINE,
            y: ((event.clientY - box.top) / box.height) * FINE,
        }
    }

    function ink(from, to) {
        const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) * 2) + 1
        for (let step = 0; step <= steps; step += 1) {
            const x = from.x + ((to.x - from.x) * step) / steps
            const y = from.y + ((to.y - from.y) * step) / steps
            for (let row = Math.max(0, Math.floor(y - PEN)); row < Math.min(FINE, y + PEN); row += 1)
                for (let column = Math.max(0, Math.floor(x - PEN)); column < Math.min(FINE, x + PEN); column += 1)
                    if (Math.hypot(column + 0.5 - x, row + 0.5 - y) <= PEN) points.add(row * FINE + column)
        }
    }

    sheet.addEventListener("pointerdown", (event) => {
        sheet.setPointerCapture(event.pointerId)
        last = place(event)
        ink(last, last)
        tell()
    })
    sheet.addEventListener("pointermove", (event) => {
        if (!last) return
        const now = place(event)
        ink(last, now)
        last = now
        tell()
    })
    for (const end of ["pointerup", "pointercancel"]) sheet.addEventListener(end, () => (last = null))
    for (const change of ["focus", "blur"]) sheet.addEventListener(change, show)

    const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
    sheet.addEventListener("keydown", (event) => {
        const within = (number) => Math.min(SQUARES - 1, Math.max(0, number))
        if (event.key in MOVES) {
            const [down, right] = MOVES[event.key]
            here = { row: within(here.row + down), column: within(here.column + right) }
            show()
        } else if (event.key === " " || event.key === "Enter") {
            const black = values()[here.row * SQUARES + here.column] > 0.5
            squares = values()
            points = new Set()
            squares[here.row * SQUARES + here.column] = black ? 0 : 1
            tell()
        } else return
        event.preventDefault()
        event.stopPropagation()
        const value = values()[here.row * SQUARES + here.column]
        spoken.textContent = `Row ${here.row + 1}, column ${here.column + 1}: ${Math.round(100 * value)} % ink`
    })

    const changed = () => {
        const value = model.get("value")
        if (value.every((one, place) => one === values()[place])) return // it came from here
        squares = [...value]
        points = new Set()
        show()
    }
    model.on("change:value", changed)
    show()
    return () => model.off("change:value", changed)
}

export default { render }
