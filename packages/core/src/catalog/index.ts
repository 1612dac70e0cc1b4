export { ancestorsOf, checkName, checkPath, isLonger, nameOf, parentOf } from "./path.js";
