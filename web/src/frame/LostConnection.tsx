/** Over the canvas while the server does not answer: what that means, and a way to try at once. */

import { CloudOff } from "lucide-react";
import { reconnect } from "../state/runs";
import { useServer } from "../state/serverStore";
import { Button } from "../ui";

export function LostConnection() {
  const lost = useServer((state) => state.live === "lost");
  return (
    <div role="status" aria-live="polite" className="notice-place">
      {lost && (
        <div className="notice">
          <CloudOff size={14} aria-hidden="true" />
          <span>The server does not answer. Your changes are kept in this browser.</span>
          <Button size="small" onClick={reconnect}>
            Try now
          </Button>
        </div>
      )}
    </div>
  );
}
