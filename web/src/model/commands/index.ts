export * from "./command";
export * from "./groups";
export * from "./links";
export * from "./nodes";
export * from "./paste";
export * from "./publish";
