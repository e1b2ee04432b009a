/** Objects that work behind a proxy. */

/**
 * Binds the methods and getters of `instance`, which are those of `prototype`, to it. Frameworks that watch their data hand out a proxy in its
 * place, which has none of its private fields.
 */
export function bindMembers(instance: object, prototype: object): void {
  for (const key of Reflect.ownKeys(prototype)) {
    const { get, value } = Object.getOwnPropertyDescriptor(prototype, key) as PropertyDescriptor;
    if (key === 'constructor') continue;
    const bound = get ? { get: get.bind(instance) } : { value: value.bind(instance), writable: true };
    Object.defineProperty(instance, key, { ...bound, configurable: true });
  }
}
