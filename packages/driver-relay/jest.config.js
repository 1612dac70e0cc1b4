export { default } from "@stowage/config/jest";
