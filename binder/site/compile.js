// Runs compile.py in the Python that the folder holds, on this folder: node compile.js FOLDER

const { readFileSync } = require("node:fs")
const { join } = require("node:path")

async function main(folder) {
    const { loadPyodide } = require(join(folder, "pyodide.js"))
    const python = await loadPyodide({ indexURL: folder })
    python.FS.mkdir("/shipped")
    python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/shipped")
    python.runPython(readFileSync(join(__dirname, "compile.py"), "utf-8"))
}

main(process.argv[2]).catch(problem => {
    console.error(problem)
    process.exitCode = 1
})
