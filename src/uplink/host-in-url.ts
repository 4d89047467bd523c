// A host as it stands in a URL: an IPv6 address in brackets, names and IPv4 addresses as they are.

/** `host` is one that can be listened on, so that a colon means IPv6. */
export const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);
