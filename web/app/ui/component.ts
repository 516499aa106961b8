/**
 * An element that reports to its parent by typed events: Events maps each name to the type of its detail. They do not bubble, but
 * the browser's own events from the elements within do: so no name such as 'change'.
 */
export class Component<Events> extends HTMLElement {
  /** Calls listener with the detail of each such event. */
  on<Type extends keyof Events & string>(type: Type, listener: (detail: Events[Type]) => void): void {
    this.addEventListener(type, (event) => listener((event as CustomEvent<Events[Type]>).detail));
  }

  protected emit<Type extends keyof Events & string>(
    type: Type,
    ...[detail]: Events[Type] extends undefined ? [] : [detail: Events[Type]]
  ): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
