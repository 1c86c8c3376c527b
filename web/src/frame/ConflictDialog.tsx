/** Someone else saved the same workflow: nothing is written over until the person has chosen. */

import { useEffect, useState } from "react";
import { explain } from "../api/errors";
import { keepMine, takeTheirs } from "../state/autosave";
import { useDocState } from "../state/docStore";
import { keepAsCopy } from "../state/workflows";
import { Button, Dialog, notify } from "../ui";

export function ConflictDialog() {
  const conflict = useDocState((state) => state.saved === "conflict");
  const [later, setLater] = useState(false);
  useEffect(() => {
    if (!conflict) setLater(false);
  }, [conflict]);
  const choose = (step: () => Promise<void>) => () =>
    void step().catch((error: unknown) => notify.failed(explain(error).message, explain(error).remedy));
  return (
    <Dialog
      open={conflict && !later}
      onOpenChange={(open) => !open && setLater(true)}
      title="Someone else saved this workflow in between"
      description="Nothing was written over, and your changes are kept in this browser. Which one shall it be?"
      footer={
        <>
          <Button onClick={choose(takeTheirs)}>Take theirs</Button>
          <Button onClick={choose(keepAsCopy)}>Keep mine as a copy</Button>
          <Button kind="primary" onClick={choose(keepMine)}>
            Keep mine
          </Button>
        </>
      }
    />
  );
}
