import type { ReactNode } from "react";

export interface EmptyStateProps {
  /** One line that teaches. */
  text: string;
  icon?: ReactNode;
  /** One button. */
  action?: ReactNode;
}

/** What a place shows while it holds nothing. */
export function EmptyState({ text, icon, action }: EmptyStateProps) {
  return (
    <div className="ui-empty">
      {icon && <span className="ui-empty-icon">{icon}</span>}
      <p>{text}</p>
      {action}
    </div>
  );
}
