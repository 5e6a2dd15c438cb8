"use strict" // a script and no module, which browsers do not load for a page that is a file
// Says what happens while Python starts, and why it does not where it can't.
{
    const note = document.createElement("p")
    note.setAttribute("role", "status")
    note.style.cssText =
        "position: fixed; z-index: 1000; left: 50%; bottom: 16px; transform: translateX(-50%); margin: 0; padding: 12px 20px; " +
        "width: max-content; max-width: 80vw; border-radius: 4px; background: #00588f; color: white; font: 15px/1.5 sans-serif"
    const begun = Date.now()
    const seconds = document.createElement("span")
    seconds.setAttribute("aria-hidden", "true") // a clock that is read aloud is in the way

    function tell(text) {
        clearInterval(timer)
        note.textContent = text
    }

    function stop(reason) {
        tell(`${reason}, so this notebook can be read here but not run. On your own computer it runs without: see the front page.`)
    }

    function look() {
        const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel
        if (kernel?.status === "idle") {
            clearInterval(timer)
            keep().finally(() => note.remove())
        } else if (Date.now() - begun > 180_000) {
            note.textContent =
                "Python has not answered for three minutes: the network may be slow, or this computer's memory full. Reload this page, or run the course on a computer of your own: see the front page."
        } else seconds.textContent = ` ${Math.round((Date.now() - begun) / 1000)} s`
    }

    /** Let the service worker keep what came before it was there, and all that other notebooks need. */
    async function keep() {
        const run = new URL("../", location)
        const worker = navigator.serviceWorker.controller
        if (!worker) return
        // JupyterLite removes a worker whose version it does not find noted, and finds no other without a network.
        const { appVersion } = JSON.parse(document.getElementById("jupyter-config-data").textContent)
        localStorage.setItem(`${worker.scriptURL}-version`, appVersion)
        const used = new Set(performance.getEntriesByType("resource").map(one => new URL(one.name).pathname))
        used.add(location.pathname)
        const kept = new Set((await (await caches.open("course")).keys()).map(one => one.url))
        const hashes = await (await fetch(new URL("hashes.json", run))).json()
        const { model } = window.jupyterapp.shell.currentWidget.content
        const needs = JSON.stringify(model).includes("sklearn") ? "|static/pyodide" : "" // what Python loads when asked
        const wanted = new RegExp(`^(files|figures|build/MathJax${needs})`)
        const missing = Object.entries(hashes).filter(([path, hash]) => {
            const address = new URL(path, run)
            return (used.has(address.pathname) || wanted.test(path)) && !kept.has(`${address}?${hash}`)
        })
        if (!missing.length) return
        note.textContent = "Python is ready."
        await Promise.all(missing.map(async ([path]) => (await fetch(new URL(path, run))).arrayBuffer()))
        note.textContent = "Python is ready. From now on this page works without a network, too."
        await new Promise(done => setTimeout(done, 6000))
    }

    const timer = setInterval(look, 500)
    note.append("Python is starting. You can read meanwhile: the first time it takes from a quarter of a minute to a whole one.", seconds)
    document.body.append(note)

    if (location.protocol === "file:")
        tell(
            "This page was opened as a file, and browsers start Python only on pages of a web server. In a terminal in the site's " +
                "folder, type python3 -m http.server --bind 127.0.0.1 (on Windows, py in place of python3), and open http://127.0.0.1:8000."
        )
    else if (typeof WebAssembly === "undefined") stop("This browser can't run WebAssembly")
    else if (!window.isSecureContext) stop("This address begins with http and not with https")
    else if (!navigator.serviceWorker) stop("This browser allows no service worker here, as some private windows don't")
    else {
        try {
            indexedDB.open("course").onerror = () => stop("This browser stores nothing for this site")
        } catch {
            stop("This browser stores nothing for this site")
        }
    }
}
