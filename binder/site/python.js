// Python, in a worker: what the kernel needs is loaded at once and imported before the course's files are
// there, where each import would look first. What notebooks begin with follows when the kernel has
// answered, while the reader reads. The build puts the lists of packages in front.

const PYODIDE = new URL("static/pyodide/", location).href
const usual = importScripts

importScripts(`${PYODIDE}pyodide.js`)
const ready = loadPyodide({ indexURL: PYODIDE, packages: AT_ONCE }).then(python => {
    python.runPython("import sys, micropip, piplite.piplite, pyodide_kernel")
    return python
})

// JupyterLite's own worker, which the page names, loads Pyodide, too: it gets this one.
self.importScripts = url => {
    if (String(url) === `${PYODIDE}pyodide.js`) self.loadPyodide = () => ready
    else usual(url)
}
self.onmessage = event => {
    self.onmessage = null
    importScripts(event.data)
    ready.then(follow).catch(() => {}) // a cell that needs them asks for them, too
}

async function follow(python) {
    await new Promise(done => setTimeout(done, 1500))
    await python.loadPackage(THEN, { messageCallback() {} })
    python.runPython(`
        path, sys.path[:] = sys.path[:], [place for place in sys.path if place]
        import matplotlib.pyplot
        sys.path[:] = path
    `)
}
