import { bodyHtml, bodyText, type SampleAttachment, type SampleMail, type SamplePerson } from './sample-mail.ts';
import {
  ITEM_CHANGED,
  OUTLOOK_ON_THE_WEB,
  READ_ITEM_PERMISSION,
  RECEIVED_MESSAGE,
  actionNames,
  actionTypes,
  coercionTypes,
  dispatchIds,
  failed,
  hostActions,
  messageTypes,
  responseTypes,
  succeeded,
  type OfficeRequest,
} from './office-protocol.ts';

export interface OutlookHostParts {
  /** The element that the pane's frame is put into. */
  place: HTMLElement;
  user: SamplePerson;
  /** The pane asked for a reply to the open mail, with this HTML in it. */
  onReply: (mail: SampleMail, html: string) => void;
  /** The keyboard leaves the pane: forward, or backward. */
  onLeave: (forward: boolean) => void;
}

const CONVERSATION = 'demo-conversation';
const ADD_IN = '5b0ef7a8-1c5b-4a51-9a3d-0b6a3a1f2c11';
const LOCALE = 'en-GB';
/** The newest set that the library in npm knows. */
const REQUIREMENTS = { Mailbox: '1.10' };

/** Plays Outlook on the web to the real office.js inside a frame: answers its questions about the open mail. */
export class OutlookHost {
  readonly #parts: OutlookHostParts;
  #frame: HTMLIFrameElement | undefined;
  #mail: SampleMail | undefined;
  /** Open requests for events, by name. */
  readonly #listeners = new Map<string, OfficeRequest>();

  constructor(parts: OutlookHostParts) {
    this.#parts = parts;
    window.addEventListener('message', (event) => {
      void this.#receive(event);
    });
  }

  /** Opens the pane at an address of our own beside a mail. */
  open(address: string, mail: SampleMail): void {
    this.#mail = mail;
    this.#listeners.clear();
    const hostInfo = `Outlook$Web$16.01$${LOCALE}$demo$$$0`;
    const url = new URL(address, window.location.href);
    url.searchParams.set('_host_Info', hostInfo);
    // A new frame each time: Chromium reads a frame's name only when it is made.
    const frame = document.createElement('iframe');
    frame.title = 'Humphrey';
    frame.name = JSON.stringify({
      baseFrameName: 'pane',
      hostInfo,
      xdmInfo: [CONVERSATION, ADD_IN, window.location.origin].join('|'),
      serializerVersion: 1,
    });
    frame.src = url.href;
    this.#parts.place.replaceChildren(frame);
    this.#frame = frame;
  }

  /** Opens another mail beside a pane that stays open, as when it is pinned. */
  select(mail: SampleMail): void {
    this.#mail = mail;
    const listener = this.#listeners.get(ITEM_CHANGED);
    if (listener) this.#post(listener, responseTypes.forEvent, this.#describeItem(mail));
  }

  async #receive(event: MessageEvent<unknown>): Promise<void> {
    if (event.source !== this.#frame?.contentWindow || event.origin !== window.location.origin || typeof event.data !== 'string') return;
    const request = JSON.parse(event.data) as OfficeRequest;
    if (request._messageType !== messageTypes.request || request._conversationId !== CONVERSATION) return;
    if (request._actionType === actionTypes.call) {
      this.#post(request, responseTypes.forCall, await this.#answer(request));
      return;
    }
    if (request._actionType === actionTypes.addListener) this.#listeners.set(request._actionName, request);
    else this.#listeners.delete(request._actionName);
    this.#post(request, responseTypes.forCall, { Error: 0, Version: 1 });
  }

  #post(request: OfficeRequest, responseType: number, data: unknown): void {
    const { _actionName, _correlationId } = request;
    const answer = {
      _messageType: messageTypes.response,
      _responseType: responseType,
      _conversationId: CONVERSATION,
      _correlationId,
      _actionName,
      _origin: window.location.href,
      _errorCode: 0,
      _serializerVersion: 1,
      _data: data,
    };
    this.#frame?.contentWindow?.postMessage(JSON.stringify(answer), window.location.origin);
  }

  #answer(request: OfficeRequest): unknown {
    switch (request._actionName) {
      case actionNames.readContext:
        return describeContext();
      case actionNames.readItem:
        return this.#mail && this.#describeItem(this.#mail);
      case actionNames.tellHost:
        this.#moveFocus((request._data as [string, number])[1]);
        return null;
      case actionNames.callMethod: {
        const { MethodData, ApiParams } = request._data as { MethodData: { DispatchId: number }; ApiParams?: Record<string, unknown> };
        return this.#mail ? this.#callMethod(this.#mail, MethodData.DispatchId, ApiParams ?? {}) : failed(5000);
      }
      default:
        return null;
    }
  }

  async #callMethod(mail: SampleMail, dispatchId: number, parameters: Record<string, unknown>): Promise<object> {
    switch (dispatchId) {
      case dispatchIds.readBody:
        return succeeded(parameters['coercionType'] === coercionTypes.html ? bodyHtml(mail.body) : bodyText(mail.body));
      case dispatchIds.readHeaders:
        return succeeded(`From: ${mail.from.name} <${mail.from.address}>\r\nSubject: ${mail.subject}\r\n`);
      case dispatchIds.readAttachment: {
        const attachment = mail.attachments.find((one) => one.id === parameters['id']);
        return attachment ? succeeded({ content: await readBase64(attachment), format: 'base64' }) : failed(9003);
      }
      case dispatchIds.replyToAll:
        this.#parts.onReply(mail, String(parameters['htmlBody']));
        return succeeded();
      default:
        return failed(5000);
    }
  }

  #moveFocus(action: number): void {
    if (action === hostActions.tabForward) this.#parts.onLeave(true);
    if (action === hostActions.tabBackward || action === hostActions.escape) this.#parts.onLeave(false);
  }

  /** The item as Outlook hands it over when the pane starts and when another one is opened. */
  #describeItem(mail: SampleMail): object {
    const sent = Date.parse(mail.sent);
    return {
      permissionLevel: READ_ITEM_PERMISSION,
      itemType: RECEIVED_MESSAGE,
      itemClass: 'IPM.Note',
      id: mail.id,
      internetMessageId: `<${mail.id}@example.gov.uk>`,
      conversationId: `thread-${mail.id}`,
      subject: mail.subject,
      normalizedSubject: mail.subject.replace(/^((re|fw|fwd):\s*)+/i, ''),
      from: describePerson(mail.from),
      sender: describePerson(mail.from),
      to: mail.to.map(describePerson),
      cc: mail.cc.map(describePerson),
      dateTimeCreated: sent,
      dateTimeModified: sent,
      attachments: mail.attachments.map(describeAttachment),
      hostVersion: '20261101.1',
      owaView: 'TwoColumns',
      userProfileType: 'enterprise',
      userDisplayName: this.#parts.user.name,
      userEmailAddress: this.#parts.user.address,
      userTimeZone: 'GMT Standard Time',
      ewsUrl: '',
      restUrl: '',
      isRestIdSupported: false,
    };
  }
}

function describeContext(): object {
  return {
    _id: ADD_IN,
    _appName: OUTLOOK_ON_THE_WEB,
    _appVersion: '16.01',
    _appUILocale: LOCALE,
    _dataLocale: LOCALE,
    _docUrl: window.location.href,
    _clientMode: 0,
    _settings: {},
    _reason: 'documentOpened',
    _osfControlType: 1,
    _eToken: '',
    _correlationId: 'demo',
    _requirementMatrix: JSON.stringify(REQUIREMENTS),
    _hostFullVersion: '16.01',
    _addinName: 'Humphrey',
    _featureGates: {},
    _appDomains: [],
  };
}

function describePerson({ name, address }: SamplePerson): object {
  return { name, address, recipientType: 0 };
}

function describeAttachment(attachment: SampleAttachment): object {
  const { id, name, contentType } = attachment;
  return { attachmentType: 0, id, name, contentType, isInline: false, size: attachmentSize(attachment) };
}

/** Bytes. */
export function attachmentSize(attachment: SampleAttachment): number {
  return 'text' in attachment ? new TextEncoder().encode(attachment.text).byteLength : attachment.size;
}

async function readBase64(attachment: SampleAttachment): Promise<string> {
  const bytes =
    'text' in attachment
      ? new TextEncoder().encode(attachment.text)
      : new Uint8Array(await (await fetch(attachment.address)).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
