/** What looks like a key, and what a secret may be called; the same judgement as the server's. */

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const SURE = /^((sk|pk|rk)[-_]|AIza|eyJ)/;
const PREFIX =
  /^(ghp|gho|ghu|ghs|ghr|github_pat|glpat|hf|xai|gsk|r8|nvapi|pplx|tgp|fw|esecret|csk|jina|voyage|xox[abeoprs]|AKIA|ASIA|ya29|npm|pypi|dop|shpat|SG|Bearer)[-_.]?(.*)$/s;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LONG = 28;

const digits = (text: string): number => text.match(/\d/g)?.length ?? 0;

export function isSecretName(text: string): boolean {
  return NAME.test(text);
}

function knownBeginning(text: string): boolean {
  const rest = PREFIX.exec(text)?.[2];
  return SURE.test(text) || (rest?.match(/[A-Za-z0-9]{10,}/g) ?? []).some((run) => digits(run) > 0);
}

function random(text: string): boolean {
  const runs = text.match(/[A-Za-z0-9]{20,}/g) ?? [];
  return (
    UUID.test(text) ||
    runs.some((run) => digits(run) >= 2) ||
    (text.length >= LONG && digits(text) >= 0.15 * text.length)
  );
}

/** Whether a text found in a secret widget is a key and not the name of a secret. */
export function looksLikeKey(value: string): boolean {
  const text = value.trim();
  return text !== "" && (!isSecretName(text) || knownBeginning(text) || random(text));
}
