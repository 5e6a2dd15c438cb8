// Lets Python start at once, in a worker beside the page, instead of when the page has been built.
// JupyterLite asks for its worker later, and gets this one: see python.js.
{
    const address = new URL("../python.js", location)
    const Usual = Worker
    // Without a service worker Python would not find the course's files: on the first visit it waits.
    let early = navigator.serviceWorker?.controller ? new Usual(address) : undefined

    self.Worker = function (url, options) {
        if (!String(url).includes("pyodide-kernel-extension")) return new Usual(url, options)
        const worker = early ?? new Usual(address)
        early = undefined
        worker.postMessage(String(url))
        return worker
    }
}
