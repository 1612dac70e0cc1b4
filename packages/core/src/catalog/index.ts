export { ancestorsOf, checkName, checkPath, nameOf, parentOf } from "./path.js";
