// office.js for Outlook asks Microsoft's CDN for MicrosoftAjax.js 3.5, a library of 2007. The demo works without the
// internet, so this stands in for the few members that office.js touches; with it in place office.js asks for no other.
type Anything = (...values: unknown[]) => unknown;

const nothing: Anything = () => undefined;

function registerNamespace(name: string): unknown {
  let place = window as unknown as Record<string, unknown>;
  for (const part of name.split('.')) {
    place[part] ??= {};
    place = place[part] as Record<string, unknown>;
  }
  return place;
}

/** The old library's own way to make errors: Error.argument('name') and its like give an Error to throw. */
const errorKinds = [
  'argument',
  'argumentNull',
  'argumentOutOfRange',
  'argumentType',
  'argumentUndefined',
  'create',
  'invalidOperation',
  'notImplemented',
  'parameterCount',
];
const errorMakers = Object.fromEntries(
  errorKinds.map((kind) => [kind, (...values: unknown[]) => new Error(`Sys.${kind}: ${values.join(' ')}`)]),
);

const classMembers = {
  registerNamespace,
  registerClass: nothing,
  /** Null: the parameters are as they should be. */
  _validateParams: () => null,
  createDelegate: (instance: unknown, method: Anything) => method.bind(instance),
  createCallback:
    (method: Anything, context: unknown): Anything =>
    (...values) =>
      method(...values, context),
};

const instanceMembers = {
  registerClass(this: unknown) {
    return this;
  },
  initializeBase: nothing,
  callBaseMethod: nothing,
};

Object.assign(Function, classMembers);
Object.assign(Function.prototype, instanceMembers);
Object.assign(Error, errorMakers);
Object.assign(String, {
  format: (pattern: string, ...values: unknown[]) => pattern.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
});
Object.assign(window, {
  Type: Function,
  Sys: {
    StringBuilder: nothing,
    EventArgs: nothing,
    Debug: { trace: nothing },
    Browser: {},
    Serialization: { JavaScriptSerializer: { serialize: JSON.stringify, deserialize: JSON.parse } },
  },
});
