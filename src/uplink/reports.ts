// The uplink's reports in words, for the log.

const TEXTS: Readonly<Record<string, string>> = {
  'not-delivered': 'events are kept and tried again: the broker did not deliver them',
  delivering: 'events are delivered again',
  'receipt-ignored': 'a receipt was ignored',
  'receipt-early': 'a receipt is for events that were not sent yet: it counts as far as they are',
  'resend-asked': 'the centre asked for events again',
  'resend-ignored': 'the centre asked for events again, which is honoured once a connection',
  'resend-ordered': 'a command asked for events again',
  'message-skipped': 'a message was skipped',
  'state-refused': 'the broker refused the state',
  'subscription-refused': 'the broker refused the subscription to receipts',
  'commands-refused': 'the broker refused the subscription to commands',
  'answer-refused': 'the broker refused the answer to a command',
  'lists-refused': 'the broker refused the subscription to signed lists',
  'cursors-damaged': 'the uplink’s cursors were damaged and are begun anew: events may be sent twice',
  'cursors-cut': 'the uplink’s cursors were beyond the journal and were cut back',
  'leftovers-begun': 'what was not delivered of a journal that was set aside is sent from its file, as far as it can be read',
  'leftovers-sent': 'everything that can be read of a journal that was set aside was delivered',
  'leftovers-closed': 'a journal that was set aside cannot be opened: its events are not sent',
  'worker-ended': 'the uplink ended unexpectedly and is started again',
};

/** A code without words of its own is told as it is. */
export const reportText = (code: string): string => TEXTS[code] ?? code;
