/**
 * An element that tells who made it what happens in it, by events of its own: Events gives the type of each one's detail. They do not
 * bubble; a name that the browser uses for events that do, such as 'change', would be heard from the elements within, too.
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
