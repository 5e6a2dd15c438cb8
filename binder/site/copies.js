// A reader's own copy and a newer version of the course: neither hides the other, and neither is lost.
//
// JupyterLite shows a changed file from the browser's storage for as long as it is there. So whenever
// a file of the course is saved, it is noted from which version it began: a digest of what the
// course's own file says. When that has changed, the reader is asked once, and a copy that says what
// the course said then gives way by itself. And no file is trusted because it says so.

const COURSE = new URL("../", location)
const HELPERS = ["notebooks/program_that_learns", "figures"]

const isNotebook = path => path.endsWith(".ipynb")

/** What a file says: a text, or of a notebook the sources of its cells. */
function said(content) {
    if (typeof content === "string") return content
    return JSON.stringify(content.cells.map(cell => [cell.cell_type, [cell.source].flat().join("")]))
}

async function digest(content) {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(said(content)))
    return Array.from(new Uint8Array(bytes), byte => byte.toString(16).padStart(2, "0")).join("")
}

/** The digest of a file as the course has it now, or null where it is none of the course's. */
async function ofTheCourse(path) {
    const hashes = await (await fetch(new URL("hashes.json", COURSE))).json()
    if (!hashes[`files/${path}`]) return null
    const got = await fetch(new URL(`files/${path}`, COURSE), { cache: "no-cache" })
    return digest(isNotebook(path) ? await got.json() : await got.text())
}

/** Where it is noted from which version a copy began. */
const note = path => `began:${COURSE.pathname}${path}`

/** A free name beside a file: "… (mine).ipynb". */
async function besides(contents, path) {
    const dot = path.lastIndexOf(".")
    for (let count = 1; ; count++) {
        const name = `${path.slice(0, dot)} (mine${count > 1 ? ` ${count}` : ""})${path.slice(dot)}`
        if (!await contents.get(name, { content: false }).catch(() => null)) return name
    }
}

/** A sentence to the reader and what to answer; gives the number of the chosen answer, the first without one. */
function ask(sentences, ...answers) {
    const dialog = document.createElement("dialog")
    dialog.style.cssText =
        "max-width: 34em; padding: 20px 24px; border: 2px solid #00588f; border-radius: 4px; background: white; color: black; font: 16px/1.5 sans-serif"
    const text = document.createElement("p")
    text.id = "course-says"
    text.append(...sentences)
    dialog.setAttribute("aria-labelledby", text.id)
    dialog.append(text)
    for (const answer of answers) {
        const button = document.createElement("button")
        button.textContent = answer
        button.style.cssText =
            "margin: 4px 8px 4px 0; padding: 8px 16px; border: 0; border-radius: 4px; background: #00588f; color: white; font: inherit"
        button.onclick = () => dialog.close(answer)
        dialog.append(button)
    }
    document.body.append(dialog)
    dialog.showModal()
    return new Promise(done => {
        dialog.onclose = () => {
            dialog.remove()
            done(Math.max(0, answers.indexOf(dialog.returnValue)))
        }
    })
}

function link(path) {
    const found = document.createElement("a")
    found.href = `?path=${encodeURIComponent(path)}`
    found.textContent = path.split("/").pop()
    return found
}

/** Watch over the file in front. */
async function settle(app, { context }) {
    const contents = app.serviceManager.contents
    await context.ready
    const { path, model } = context
    const theirs = await ofTheCourse(path)
    if (!theirs) return
    const content = () => isNotebook(path) ? model.toJSON() : model.toString()
    const mine = await digest(content())
    let began = mine === theirs ? theirs : localStorage.getItem(note(path))
    context.saveState.connect((_, state) => {
        if (state === "completed" && began) localStorage.setItem(note(path), began)
    })

    async function fresh() {
        const changed = ![theirs, began].includes(await digest(content()))
        const name = await besides(contents, path)
        if (changed) {
            const kind = isNotebook(path) ? { type: "notebook", format: "json" } : { type: "file", format: "text" }
            await contents.save(name, { ...kind, name: name.split("/").pop(), content: content() })
        }
        await contents.delete(path)
        localStorage.removeItem(note(path))
        await context.revert()
        began = theirs
        document.body.dataset.settled = "yes"
        if (changed) await ask(["This is the course's version. Yours is kept as ", link(name), "."], "Good")
    }

    app.commands.addCommand("course:fresh", {
        label: "Fresh copy",
        caption: "Show this file as the course has it. What you changed is kept beside it.",
        execute: fresh,
    })
    app.commands.notifyCommandChanged("course:fresh") // the toolbar was there first
    if (began === theirs) return
    if (began === mine && !model.dirty) return await fresh()
    document.body.dataset.settled = "asking"
    const chosen = await ask(
        ["The course has a newer version of this file than the one that you changed."],
        "Go on with mine", "Show the new one, and keep mine beside it",
    )
    if (chosen) return fresh()
    began = theirs
    localStorage.setItem(note(path), theirs)
}

/** Python gets the course's helpers and pictures, unless the reader changed the newest ones. Gives what there is to tell. */
async function settleHelpers(app) {
    const contents = app.serviceManager.contents
    const told = []
    for (const folder of HELPERS) {
        const { content } = await contents.get(folder, { content: true })
        for (const copy of content.filter(one => one.content)) { // those in the browser's storage
            const path = `${folder}/${copy.name}`
            const theirs = await ofTheCourse(path)
            const mine = await digest(copy.content)
            if (!theirs || mine !== theirs && localStorage.getItem(note(path)) === theirs) continue
            const name = await besides(contents, path)
            const changed = mine !== theirs && mine !== localStorage.getItem(note(path))
            await (changed ? contents.rename(path, name) : contents.delete(path))
            localStorage.removeItem(note(path))
            if (changed) told.push(`The course has a newer ${copy.name}, which is used now. Yours is kept as ${name.split("/").pop()}. `)
        }
    }
    return told
}

async function settleAll(app, panel) {
    const told = isNotebook(panel.context.path) ? await settleHelpers(app) : []
    await settle(app, panel)
    document.body.dataset.settled = "yes" // which tests wait for
    if (told.length) await ask(told, "Good")
}

/** What stands in a file as a list of lines is one text: JupyterLite would put commas between them. In
 * JSON a list is a list. */
function joined(values = {}) {
    for (const [key, value] of Object.entries(values))
        if (Array.isArray(value) && !key.endsWith("json")) values[key] = value.join("")
}

/** A renamed notebook is found under its earlier name, unless the reader has a copy of that. And no file
 * can say that its outputs are trusted: their scripts run once the reader has run their cells. */
function watch(contents) {
    const get = contents.get.bind(contents)
    contents.get = async (path, ...asked) => {
        const file = await get(path, ...asked).catch(problem => {
            const now = Object.hasOwn(MOVED, path) && MOVED[path]
            if (!now) throw problem
            location.replace(link(now))
            return new Promise(() => {}) // the page goes
        })
        for (const cell of file.content?.cells ?? []) {
            delete cell.metadata?.trusted
            for (const output of cell.outputs ?? []) {
                if (output.name) joined(output) // its text; an error's traceback stays a list
                joined(output.data)
            }
        }
        return file
    }
}

// JupyterLite sets this before it starts, and so before it opens any file.
let jupyter
Object.defineProperty(window, "jupyterapp", {
    get: () => jupyter,
    set(app) {
        jupyter = app
        watch(app.serviceManager.contents)
        const waiting = setInterval(() => {
            const panel = app.shell.currentWidget
            if (!panel?.context) return
            clearInterval(waiting)
            settleAll(app, panel)
        }, 200)
    },
})
