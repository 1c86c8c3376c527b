import { useEffect, useState } from "react";
import { useApi } from "../../api";
import { explain } from "../../api/errors";
import { Button } from "../../ui";

export interface ElsewhereProps {
  url: string;
  host: string;
  /** What is read aloud in place of the picture. */
  label: string;
  /** A film: it can only be opened in a tab of its own. */
  video?: boolean | undefined;
}

/** A picture that stands elsewhere. Nobody there is asked for it before a person says so: it would tell who reads here. */
export function Elsewhere({ url, host, label, video }: ElsewhereProps) {
  const api = useApi();
  const [source, setSource] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => () => (source === null ? undefined : URL.revokeObjectURL(source)), [source]);
  const load = async () => {
    setBusy(true);
    setProblem(null);
    try {
      setSource(URL.createObjectURL(await api.elsewhere(url)));
    } catch (error) {
      setProblem(explain(error).message);
    } finally {
      setBusy(false);
    }
  };
  const link = (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {video ? `Open the film at ${host}` : "Open in a new tab"}
    </a>
  );
  if (source !== null)
    return (
      <span className="ch-loaded">
        <img src={source} alt={label} />
        <span className="ch-facts">
          From {host} · {link}
        </span>
      </span>
    );
  return (
    <span className="ch-elsewhere">
      {!video && (
        <Button size="small" busy={busy} onClick={() => void load()}>
          Load picture from {host}
        </Button>
      )}
      {problem !== null && <span className="ch-problem">{problem}</span>}
      <span className="ch-facts">{link}</span>
    </span>
  );
}
