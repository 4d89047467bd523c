// The reader's MQTT topics. One place, so that what is subscribed, published and guarded by the embedded broker agree.

export interface Topics {
  /** One live event, QoS 1. */
  readonly event: string;
  /** A backlog: an array of 1-200 events, QoS 1. */
  readonly batch: string;
  /** Retained; also the will's topic. */
  readonly state: string;
  /** Retained, QoS 0. */
  readonly health: string;
  /** From the centre, retained. */
  readonly receipt: string;
  /** From the centre, never retained. */
  readonly command: string;
  /** Signed lists of the site, from their issuer, retained: the filter of all of them. */
  readonly lists: string;
}

/** `site` and `reader` are slugs (`[a-z0-9-]{1,40}`), so no level can hold a wildcard or a slash. */
export function topicsOf(site: string, reader: string): Topics {
  const base = `gates/v1/${site}/${reader}`;
  return {
    event: `${base}/event`,
    batch: `${base}/batch`,
    state: `${base}/state`,
    health: `${base}/health`,
    receipt: `${base}/receipt`,
    command: `${base}/command`,
    lists: `lists/v1/${site}/+`,
  };
}

/** The list that a topic is of, by the filter `topics.lists`; undefined for another topic. */
export function listOf(topics: Topics, topic: string): string | undefined {
  return filterMatches(topics.lists, topic) ? topic.slice(topics.lists.length - 1) : undefined;
}

/** Whether an MQTT topic filter matches a topic name (MQTT 5, section 4.7); a `$share/{group}/` prefix is looked through. */
export function filterMatches(filter: string, topic: string): boolean {
  const levels = filter.startsWith('$share/') ? filter.split('/').slice(2) : filter.split('/');
  const names = topic.split('/');
  if (topic.startsWith('$') && (levels[0] === '#' || levels[0] === '+')) return false;
  for (const [at, level] of levels.entries()) {
    if (level === '#') return true;
    if (at >= names.length || (level !== '+' && level !== names[at])) return false;
  }
  return levels.length === names.length;
}
