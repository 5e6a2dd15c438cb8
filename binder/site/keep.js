// Keeps in the browser what a notebook has once needed, so that it opens and runs without a network,
// and sees to it that a newer version of any file is always fetched. The build puts this in front of
// JupyterLite's own service worker, which hands Python the course's files.

const HERE = new URL("./", location)
const LIST = new URL("hashes.json", HERE) // of every file that may be kept
const OTHERS = /\/api\/(drive|stdin|service-worker-heartbeat)/ // JupyterLite's own
let hashes // a promise of them

self.addEventListener("fetch", event => {
    const url = new URL(event.request.url)
    if (event.request.method !== "GET" || url.origin !== HERE.origin || OTHERS.test(url.pathname)) return
    event.stopImmediatePropagation()
    if (event.request.mode === "navigate") hashes = undefined // a new visit
    event.respondWith(answer(event, url))
})

async function answer(event, url) {
    if (url.href === LIST.href) return new Response(JSON.stringify(await (hashes ??= newest())))
    const path = decodeURI(url.pathname).replace(HERE.pathname, "").replace(/(^|\/)$/, "$1index.html")
    hashes ??= newest()
    const hash = (await hashes)[path]
    if (!hash) return fetch(event.request)
    const kept = await caches.open("course")
    const name = new URL(path, HERE).href
    const found = await kept.match(`${name}?${hash}`)
    if (found) return found
    try {
        const redirect = event.request.mode === "navigate" ? "manual" : "follow"
        const got = await fetch(url, { cache: "no-cache", redirect })
        if (got.ok) event.waitUntil(keep(kept, name, hash, got.clone()))
        return got
    } catch (problem) {
        const earlier = await kept.match(name, { ignoreSearch: true })
        if (earlier) return earlier
        throw problem
    }
}

/** The hashes of the newest version; without a network, those of the last visit. */
async function newest() {
    const kept = await caches.open("course")
    try {
        const got = await fetch(LIST, { cache: "no-store", signal: AbortSignal.timeout(5000) })
        if (got.ok) {
            await kept.put(LIST, got.clone())
            return await got.json()
        }
    } catch {}
    return (await kept.match(LIST))?.json() ?? {}
}

/** Keep a file in place of its earlier version, if it is the listed one: what stands between may be slow to learn. */
async function keep(kept, name, hash, got) {
    const copy = got.clone()
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await got.arrayBuffer()))
    const found = Array.from(digest, byte => byte.toString(16).padStart(2, "0")).join("")
    if (!found.startsWith(hash)) return
    await kept.delete(name, { ignoreSearch: true })
    await kept.put(`${name}?${hash}`, copy)
}

