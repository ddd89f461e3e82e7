// One line of JSON a check on standard output: {"name", "ok", "message"}. The C# tests turn them into test results.
export async function check(name, act) {
  try {
    const message = await act();
    report(name, true, message ?? '');
  } catch (error) {
    report(name, false, error && error.stack ? error.stack : String(error));
  }
}

export function report(name, ok, message) {
  process.stdout.write(JSON.stringify({ name, ok, message: String(message).slice(0, 4000) }) + '\n');
}

export function must(condition, message) {
  if (!condition) throw new Error(message);
}
