// node run.mjs FOLDER ARGUMENT…: starts the program in FOLDER, where the runtime's own scripts are.
import { pathToFileURL } from "node:url";

const [folder, ...rest] = process.argv.slice(2);
const { dotnet } = await import(pathToFileURL(`${folder}/dotnet.js`).href);
const { runMain } = await dotnet.withApplicationArguments(...rest).create();
process.exit(await runMain());
