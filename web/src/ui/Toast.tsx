import { Toaster as Sonner, toast } from "sonner";
import { useTheme } from "./theme";

/** The place where toasts appear; once, in App. */
export function Toaster() {
  return (
    <Sonner
      theme={useTheme()}
      position="bottom-center"
      offset={38}
      gap={8}
      visibleToasts={4}
      className="ui-toaster"
      toastOptions={{ className: "ui-toast" }}
    />
  );
}

interface Offer {
  readonly label: string;
  readonly onClick: () => void;
}

const options = (description?: string, offer?: Offer) => ({
  description,
  ...(offer ? { action: offer } : {}),
});

/** Short words about what has just happened. */
export const notify = {
  done: (title: string, offer?: Offer) => toast.success(title, options(undefined, offer)),
  say: (title: string, description?: string, offer?: Offer) => toast(title, options(description, offer)),
  failed: (title: string, description?: string, offer?: Offer) =>
    toast.error(title, { ...options(description, offer), duration: 10_000 }),
};
