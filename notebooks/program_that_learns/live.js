// What moves the pictures to play with, in the reader's browser and without a kernel.
//
// Each picture is an element <play-picture> that live.py wrote: a still, its sentence, and data.
// Matplotlib drew the background. The parts that move are SVG over it, in the background's own
// pixels. What they look like at each place of a slider Python has said beforehand (`frames`), or
// one of the rules below works it out from `numbers`, in which Python has sampled the reader's own
// functions. This script fetches nothing and makes no HTML from text.

const SVG = "http://www.w3.org/2000/svg"
const POINT = 100 / 72 // pixels of the background for a point, in which Matplotlib counts widths
const INK = "#0072B2" // of a control: the course's blue, which is dark enough on white and on black
const ROW = "display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; margin: 4px 0"

function make(tag, attributes, ...children) {
    const inSvg = ["svg", "path", "text", "rect"].includes(tag)
    const made = inSvg ? document.createElementNS(SVG, tag) : document.createElement(tag)
    set(made, attributes)
    made.append(...children)
    return made
}

function set(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) {
        if (name === "text") element.textContent = value
        else if (name === "style") element.style.cssText = value
        else element.setAttribute(name, value)
    }
}

// Numbers and places

function dot(one, other) {
    let sum = 0
    for (let i = 0; i < one.length; i += 1) sum += one[i] * other[i]
    return sum
}
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
const read = (values, digits = 3) => values.map((value) => value.toFixed(digits)).join(", ")
const count = (number) => number.toLocaleString("en")
const path = (points) => (points.length ? `M${points.map((point) => point.map((x) => x.toFixed(1))).join("L")}` : "")
const circle = ([x, y], r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`
const diamond = ([x, y], r) => `M${x - r} ${y}l${r} ${-r} ${r} ${r} ${-r} ${r}z`
const box = (x, y, width, height) => `M${x} ${y}h${width}v${height}h${-width}z`

// A function that Python has sampled at even distances: between them, Lagrange's polynomial through
// the six nearest samples. Beyond the ends it stays as it is there.
function lookup(sampled) {
    const { low, step } = sampled
    const samples = Float64Array.from(sampled.samples)
    const last = samples.length - 4
    return (x) => {
        const place = Math.min(last + 1, Math.max(2, (x - low) / step))
        const i = Math.min(last, Math.floor(place))
        const t = place - i
        const [a, b, c, d, e, f] = [t + 2, t + 1, t, t - 1, t - 2, t - 3] // distances from the six
        return (
            (-b * c * d * e * f * samples[i - 2]) / 120 +
            (a * c * d * e * f * samples[i - 1]) / 24 -
            (a * b * d * e * f * samples[i]) / 12 +
            (a * b * c * e * f * samples[i + 1]) / 12 -
            (a * b * c * d * f * samples[i + 2]) / 24 +
            (a * b * c * d * e * samples[i + 3]) / 120
        )
    }
}

// The glyph of four predictions, as look.rows draws it.
function rows({ at, parts, numbers: { y } }, panel) {
    const errors = (predictions) => y.map((target, row) => target - predictions[row])
    return {
        draw(predictions) {
            const dots = predictions.map((prediction, row) => at(panel, row, prediction))
            set(parts.dots, { d: dots.map((place) => circle(place, parts.dots.radius)).join("") })
            const sticks = dots.map((place, row) => path([at(panel, row, y[row]), place]))
            set(parts.sticks, { d: sticks.join("") })
        },
        error: (predictions) => mean(errors(predictions).map((error) => error ** 2)),
        within: (predictions, reach) => errors(predictions).filter((error) => Math.abs(error) < reach).length,
    }
}

// A canvas of n × n squares, one number from 0 to 1 each, blurred or not, into a place of the picture.
function field(picture, values, [red, green, blue], [x, y, width, height], smooth) {
    const n = Math.sqrt(values.length)
    const small = make("canvas", { width: n, height: n })
    const pixels = new ImageData(n, n)
    values.forEach((value, i) => {
        pixels.data[4 * i] = 255 + (red - 255) * value
        pixels.data[4 * i + 1] = 255 + (green - 255) * value
        pixels.data[4 * i + 2] = 255 + (blue - 255) * value
        pixels.data[4 * i + 3] = 255
    })
    small.getContext("2d").putImageData(pixels, 0, 0)
    const brush = picture.canvas.getContext("2d")
    brush.imageSmoothingEnabled = smooth
    brush.drawImage(small, x, y, width, height)
}

// Each rule gets the picture and returns a function: it shows what the controls say, and returns
// the sentence. The function may have a `press`, for buttons, and a `drag`, for the pointer.
const rules = {
    line: ({ parts, at }) => ([a, b], shown) => {
        set(parts.line, { d: path([-2, 2].map((x) => at(0, x, a * x + b))) })
        shown.height = b
        const hit = Math.abs(b - 1) < 1e-9 ? "It goes through the target." : "It misses the target, at 1."
        return `The line is ${read([a], 1)} · x + ${read([b], 1)}. At x = 0 its height is ${read([b], 1)}. ${hit}`
    },

    network: (picture) => {
        const { X, sigmoid } = picture.numbers
        const [answer, glyph] = [lookup(sigmoid), rows(picture, 0)]
        return (weights, shown) => {
            const predictions = X.map((inputs) => answer(dot(inputs, weights)))
            glyph.draw(predictions)
            shown.predictions = predictions
            return (
                `Predictions ${read(predictions)}. On the right side of 0.5: ${glyph.within(predictions, 0.5)} of 4. ` +
                `Within 0.02 of the target: ${glyph.within(predictions, 0.02)} of 4.`
            )
        }
    },

    landscape: (picture) => {
        const { X, held, sigmoid } = picture.numbers
        const [answer, glyph] = [lookup(sigmoid), rows(picture, 1)]
        return ([first, third], shown) => {
            const predictions = X.map((inputs) => answer(dot(inputs, [first, held, third])))
            glyph.draw(predictions)
            set(picture.parts.here, { d: circle(picture.at(0, first, third), picture.parts.here.radius) })
            Object.assign(shown, { predictions, error: glyph.error(predictions) })
            return `Mean squared error ${read([shown.error], 4)}. Predictions ${read(predictions)}.`
        }
    },

    // All steps from a start that the reader chooses. `push` is error times slope, by target and sum.
    paths: (picture) => {
        const { X, y, held, sigmoid, push, rates, steps } = picture.numbers
        const { at, parts } = picture
        const [answer, glyph] = [lookup(sigmoid), rows(picture, 2)]
        const pushes = y.map((target) => lookup(push[target]))
        const [[across, right], [down, up]] = picture.data.panels[0].axes
        return ([first, third, choice], shown) => {
            const [rate, weights, change] = [rates[choice], [first, held, third], [0, 0, 0]]
            const [way, curve, predictions] = [[at(0, first, third)], [], [0, 0, 0, 0]]
            let [error, rose, following, last] = [Infinity, 0, 1, way[0]]
            for (let step = 0; step <= steps; step += 1) {
                const before = error
                error = 0
                change.fill(0)
                for (let row = 0; row < y.length; row += 1) {
                    const sum = dot(X[row], weights)
                    predictions[row] = answer(sum)
                    error += (y[row] - predictions[row]) ** 2 / y.length
                    const delta = pushes[row](sum)
                    for (let i = 0; i < 3; i += 1) change[i] += delta * X[row][i]
                }
                if (error > before + 1e-7) rose += 1 // what is less may be rounding
                if (step + 1 >= following) {
                    curve.push(at(1, step + 1, error))
                    following *= 1.04
                }
                if (step === steps) break
                for (let i = 0; i < 3; i += 1) weights[i] += rate * change[i]
                const [x, height] = [across + right * weights[0], down + up * weights[2]]
                if ((x - last[0]) ** 2 + (height - last[1]) ** 2 > 0.49) way.push((last = [x, height]))
            }
            glyph.draw(predictions)
            set(parts.edge, { d: path(way) })
            set(parts.way, { d: path(way) })
            set(parts.start, { d: circle(way[0], parts.start.radius) })
            set(parts.end, { d: circle(at(0, weights[0], weights[2]), parts.end.radius) })
            set(parts.curve, { d: path(curve) })
            Object.assign(shown, { weights, error, predictions })
            return (
                `From weights ${read([first, held, third], 1)} at rate ${rate}: after ${count(steps)} steps the mean squared ` +
                `error is ${read([error], 6)}, with ${glyph.within(predictions, 0.5)} of 4 rows right and weights ` +
                `${read(weights, 2)}. On the way the error ${["never rose", "rose once"][rose] ?? "rose more than once"}.`
            )
        }
    },

    // A hidden layer at some moments of its training: each unit's answer over the plane, and the
    // sheet of inputs as two of the units fold it.
    hidden: (picture) => {
        const { X, sigmoid, snapshots, said, fold, color, side } = picture.numbers
        const { at, parts, data } = picture
        const [answer, glyph, units] = [lookup(sigmoid), rows(picture, 6), [0, 1, 2, 3]]
        const layer = (inputs, columns) => columns.map((column) => answer(dot(inputs, column)))
        const n = 41
        const [low, high] = side
        const tick = (i) => low + ((high - low) * i) / (n - 1)
        const plane = Array.from({ length: n * n }, (_, i) => [tick(i % n), tick(n - 1 - Math.floor(i / n)), 1])
        const steps = Array.from({ length: 21 }, (_, i) => i / 20)
        const lines = steps.filter((_, i) => i % 2 === 0)
        const sheet = [...lines.map((c) => steps.map((t) => [c, t, 1])), ...lines.map((c) => steps.map((t) => [t, c, 1]))]
        return ([moment], shown) => {
            const [first, second] = snapshots[moment]
            const folded = (inputs) => at(5, ...fold.map((unit) => layer(inputs, first)[unit]))
            const answers = plane.map((inputs) => layer(inputs, first))
            for (const unit of units) {
                field(picture, answers.map((all) => all[unit]), color, data.panels[unit].box, true)
                set(parts[`weight${unit}`], { text: `${second[unit] < 0 ? "" : "+"}${second[unit].toFixed(1)}` })
                set(parts[`line${unit}`], { "stroke-width": (POINT * (2 + Math.abs(second[unit]))) / 2 })
            }
            field(picture, answers.map((all) => answer(dot(all, second))), color, data.panels[4].box, true)
            set(parts.sheet, { d: sheet.map((line) => path(line.map(folded))).join("") })
            const corners = X.map((inputs) => diamond(folded(inputs), parts.yes.radius))
            for (const [name, target] of [["yes", 1], ["no", 0]])
                set(parts[name], { d: corners.filter((_, row) => picture.numbers.y[row] === target).join("") })
            const predictions = X.map((inputs) => answer(dot(layer(inputs, first), second)))
            glyph.draw(predictions)
            shown.predictions = predictions
            return said[moment]
        }
    },

    // A sheet of 8 × 8 squares to draw on. Each holds 4 × 4 points, and its value is the share of
    // them that are inked, which is how scikit-learn's digits were made from larger drawings.
    digits: (picture) => {
        const { weights, sigmoid, images } = picture.numbers
        const { at, parts, data, surface } = picture
        const [answer, fine, pen] = [lookup(sigmoid), 32, 2.2]
        const [first, second] = weights
        let [squares, points, turn] = [images[0].map((ink) => ink / 16), new Set(), 0]
        let here = { row: 3, column: 3 } // of the keyboard
        const [left, top, width] = data.panels[0].box
        const values = () => {
            const inked = [...squares].fill(0)
            for (const point of points) inked[8 * Math.floor(point / fine / 4) + Math.floor((point % fine) / 4)] += 1 / 16
            return squares.map((value, i) => Math.max(value, inked[i]))
        }
        const show = (_, shown) => {
            const sheet = values()
            field(picture, sheet, [0, 0, 0], data.panels[0].box, false)
            const corner = [left + (here.column * width) / 8, top + (here.row * width) / 8]
            const focused = document.activeElement === surface[0]
            set(parts.here, { d: focused ? box(...corner, width / 8, width / 8) : "" })
            const inputs = [...sheet, 1]
            const units = first.map((column) => answer(dot(inputs, column)))
            const certainties = second.map((column) => answer(dot(units, column)))
            const bars = certainties.map((certainty, digit) => path([at(1, digit, 0), at(1, digit, certainty)]))
            set(parts.bars, { d: bars.join("") })
            Object.assign(shown, { sheet, certainties })
            if (sheet.every((ink) => ink === 0)) return "The sheet is empty. Draw a digit, or put one of the test pile on it."
            const [best, next] = certainties.map((_, digit) => digit).sort((a, b) => certainties[b] - certainties[a])
            const percent = (digit) => `${Math.round(100 * certainties[digit])} %`
            return `It says ${best}, ${percent(best)} certain. Next comes ${next}, with ${percent(next)}.`
        }
        show.press = (name) => {
            if (name === "Another digit") turn = (turn + 1) % images.length
            squares = images[turn].map((ink) => (name === "Another digit" ? ink / 16 : 0))
            points = new Set()
        }
        show.drag = (to, from) => {
            const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) * 8) + 1
            for (let step = 0; step <= steps; step += 1) {
                const [x, y] = to.map((end, i) => 4 * (from[i] + ((end - from[i]) * step) / steps + 0.5))
                for (let point = 0; point < fine * fine; point += 1)
                    if (Math.hypot((point % fine) + 0.5 - x, Math.floor(point / fine) + 0.5 - y) <= pen) points.add(point)
            }
        }
        show.key = (key) => {
            const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
            const within = (number) => Math.min(7, Math.max(0, number))
            if (key in moves) here = { row: within(here.row + moves[key][0]), column: within(here.column + moves[key][1]) }
            else if (key === " " || key === "Enter") {
                ;[squares, points] = [values(), new Set()]
                squares[8 * here.row + here.column] = squares[8 * here.row + here.column] > 0.5 ? 0 : 1
            } else return null
            const ink = Math.round(100 * values()[8 * here.row + here.column])
            return `Row ${here.row + 1}, column ${here.column + 1}: ${ink} % ink.`
        }
        return show
    },
}

class PlayPicture extends HTMLElement {
    connectedCallback() {
        if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.begin())
        else this.begin()
    }

    begin() {
        if (this.data) return // it was moved within the page
        this.data = JSON.parse(this.querySelector("script[type='application/json']").textContent)
        this.shown = {} // what the picture shows, as numbers
        const { size, panels, parts, controls, buttons, frames, rule, numbers, background, task } = this.data
        this.numbers = numbers
        this.style.cssText = `display: block; max-width: ${size[0]}px`
        this.sentence = this.querySelector("p")
        this.sentence.setAttribute("role", "status")
        this.querySelector("p + p").remove() // how to make it move
        this.inputs = controls.map((control) => this.slider(control))
        const rows = this.inputs.map((input) => input.row)
        const pressed = buttons.map((button) => this.button(button))
        if (pressed.length) rows.push(make("div", { style: ROW }, ...pressed))
        this.prepend(make("p", {}, make("b", { text: "Try: " }), task), ...rows)
        this.stage(size, panels, parts, this.querySelector("img"), background)
        frames?.forEach(([all], place) =>
            all.forEach((one, i) => {
                if (one.d?.startsWith("…")) one.d = frames[place - 1][0][i].d + one.d.slice(1) // goes on from there
            })
        )
        this.show = frames
            ? ([place]) => {
                  const [attributes, said] = frames[Math.round((place - controls[0].low) / controls[0].step)]
                  Object.values(this.parts).forEach((part, i) => set(part, attributes[i]))
                  return said
              }
            : rules[rule](this)
        this.update()
    }

    // The place of a point of a panel's axes, in pixels of the background.
    at = (panel, ...values) =>
        this.data.panels[panel].axes.map(([zero, one, log], i) => zero + one * (log ? Math.log10(values[i]) : values[i]))

    slider({ name, low, high, step, value, labels, digits }) {
        const input = make("input", { type: "range", min: low, max: high, step, style: `flex: 1; min-width: 150px; height: 28px; margin: 0; accent-color: ${INK}` })
        input.setAttribute("data-lm-suppress-shortcuts", "true") // JupyterLab's: the arrow keys are for the slider
        input.value = value
        const label = make("label", { style: `${ROW}; flex: 1; margin: 0` }, make("span", { text: name, style: "min-width: 90px" }), input)
        const said = make("span", { "aria-hidden": "true", style: "min-width: 60px; text-align: right" })
        input.row = make("div", { style: ROW }, label, said)
        input.tell = () => {
            const text = labels ? labels[Number(input.value)] : Number(input.value).toFixed(digits)
            input.setAttribute("aria-valuetext", text)
            said.textContent = text
        }
        input.addEventListener("input", () => this.update())
        this.quietly(input)
        return input
    }

    button({ name, add, to }) {
        const button = make("button", { type: "button", text: name, style: "min-height: 28px; padding: 2px 12px; font: inherit" })
        button.setAttribute("data-lm-suppress-shortcuts", "true")
        button.addEventListener("click", () => {
            if (add === undefined && to === undefined) this.show.press(name)
            else this.inputs[0].value = to ?? Number(this.inputs[0].value) + add
            this.update()
        })
        return button
    }

    // While the pointer is down nothing is spoken; at its end, the sentence once.
    quietly(element) {
        element.addEventListener("pointerdown", () => this.sentence.setAttribute("aria-busy", "true"))
        for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
            element.addEventListener(end, () => this.sentence.setAttribute("aria-busy", "false"))
    }

    // The background, a canvas for fields of colour, and the parts, each in its panel, which cuts them off.
    stage([width, height], panels, parts, still, background) {
        const all = "position: absolute; inset: 0; width: 100%; height: 100%"
        this.canvas = make("canvas", { width: 2 * width, height: 2 * height, style: `${all}; pointer-events: none` })
        this.canvas.getContext("2d").scale(2, 2)
        this.svg = make("svg", { viewBox: `0 0 ${width} ${height}`, style: all })
        this.surface = []
        const frames = panels.map(({ box: [x, y, w, h], moves, label }, i) => {
            const frame = make("svg", { x, y, width: w, height: h, viewBox: `${x} ${y} ${w} ${h}` })
            if (moves) {
                const surface = make("rect", { x, y, width: w, height: h, fill: "transparent", style: "touch-action: none; cursor: crosshair" })
                if (label) set(surface, { tabindex: 0, role: "application", "aria-label": label, "data-lm-suppress-shortcuts": "true" })
                this.listen(surface, i, moves)
                frame.append(surface)
                this.surface.push(surface)
            }
            this.svg.append(frame)
            return frame
        })
        this.parts = {}
        for (const { name, panel, tag, attributes, radius } of parts) {
            const part = make(tag, { "pointer-events": "none", ...attributes })
            part.radius = radius
            this.parts[name] = part
            ;(panel === null ? this.svg : frames[panel]).append(part)
        }
        const stage = make("div", { style: "position: relative; background: white" })
        still.replaceWith(stage)
        stage.append(still, this.canvas, this.svg)
        still.src = background
        still.style.cssText = "display: block; width: 100%; height: auto; margin: 0"
    }

    listen(surface, panel, moves) {
        let from = null
        const place = (event) => {
            const { left, top, width } = this.svg.getBoundingClientRect()
            const scale = this.data.size[0] / width
            const pixels = [(event.clientX - left) * scale, (event.clientY - top) * scale]
            return this.data.panels[panel].axes.map(([zero, one], i) => (pixels[i] - zero) / one)
        }
        const move = (event) => {
            const to = place(event)
            if (this.show.drag) this.show.drag(to, from ?? to)
            else moves.forEach((control, i) => control !== null && (this.inputs[control].value = to[i]))
            from = to
        }
        surface.addEventListener("pointerdown", (event) => {
            surface.setPointerCapture(event.pointerId)
            move(event)
            this.update()
        })
        surface.addEventListener("pointermove", (event) => {
            if (from === null) return
            const all = event.getCoalescedEvents?.() ?? [] // on a busy computer one event stands for several
            for (const one of all.length ? all : [event]) move(one)
            this.update()
        })
        this.quietly(surface)
        surface.addEventListener("lostpointercapture", () => (from = null))
        for (const change of ["focus", "blur"]) surface.addEventListener(change, () => this.update())
        surface.addEventListener("keydown", (event) => {
            const said = this.show.key?.(event.key)
            if (!said) return
            event.preventDefault()
            event.stopPropagation()
            this.update(said)
        })
    }

    update(first = "") {
        const values = this.inputs.map((input) => Number(input.value))
        this.sentence.textContent = `${first} ${this.show(values, this.shown)}`.trim()
        for (const input of this.inputs) input.tell()
    }
}

if (!customElements.get("play-picture")) customElements.define("play-picture", PlayPicture)
