/** Starts what all test files share: one embedded PostgreSQL with a template database for each half. */
export async function setup(): Promise<void> {}
