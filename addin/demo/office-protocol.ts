// The protocol that office.js speaks with Outlook on the web by postMessage, as far as the demo needs it. Microsoft does
// not document it: this is read from the library itself, the frozen build in npm's @microsoft/office-js 1.1.110
// (outlook-web-16.01.debug.js), and holds for that build only. It is why it lives in the demo and nowhere else.

/** What office.js sends: a call of a host function, or a wish to hear of an event, or no longer. */
export interface OfficeRequest {
  _messageType: number;
  _actionType: number;
  _conversationId: string;
  _correlationId: number;
  _actionName: string;
  _data: unknown;
}

export const messageTypes = { request: 0, response: 1 } as const;
export const actionTypes = { call: 0, addListener: 1, removeListener: 2 } as const;
export const responseTypes = { forCall: 0, forEvent: 1 } as const;

/** The host functions that office.js calls by name. */
export const actionNames = {
  /** Asked once, first: which program is this, what does it support. */
  readContext: 'ContextActivationManager_getAppContextAsync',
  /** Focus and keyboard matters: the data is the add-in's id and one of `hostActions`. */
  tellHost: 'ContextActivationManager_notifyHost',
  /** Everything about the open item that is known without asking further. */
  readItem: 'GetInitialData',
  /** Each asynchronous method of the API, by its number in `dispatchIds`. */
  callMethod: 'ExecuteMethod',
} as const;

/** The event that Office.EventType.ItemChanged stands for. */
export const ITEM_CHANGED = 'olkItemSelectedChanged';

/** What the pane tells its host about the keyboard. Office.js takes the Tab key itself, so the host must move the focus on. */
export const hostActions = { tabForward: 13, tabBackward: 14, escape: 15 } as const;

/** Numbers of API methods, as the library passes them to standardInvokeHostMethod. */
export const dispatchIds = {
  /** item.body.getAsync */
  readBody: 37,
  /** item.getAttachmentContentAsync */
  readAttachment: 150,
  /** item.getAllInternetHeadersAsync */
  readHeaders: 168,
  /** item.displayReplyAllFormAsync */
  replyToAll: 182,
} as const;

/** Coercion types as numbers in the parameters of readBody. */
export const coercionTypes = { text: 0, html: 3 } as const;

/** Levels of the manifest's permission: 1 reads the open item, which is all that Humphrey asks for. */
export const READ_ITEM_PERMISSION = 1;
/** itemType of a received message. */
export const RECEIVED_MESSAGE = 1;
/** Office's number for Outlook on the web. */
export const OUTLOOK_ON_THE_WEB = 64;

export function succeeded(data?: unknown): object {
  return { wasSuccessful: true, error: false, errorCode: 0, data };
}

/** 9003 is "the attachment does not exist", 5000 "not supported". */
export function failed(errorCode: 9003 | 5000): object {
  return { wasSuccessful: false, error: true, errorCode };
}
