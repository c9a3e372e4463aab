/**
 * The words that names on the page may consist of: those of the public documentation, and what any
 * API calls such things. A name with another word in it could be a customer's and is not shown.
 */
const WORDS = new Set(
  `
  access active agent all api archived async at attempt attempts audit auto batch body build by bytes
  cancel canceled cancelled category children class cluster code comment comments completed connection
  connections console content correlation count created creator cron current data database date day days
  default deleted description destination details detail disabled display duration elapsed email empty
  enabled end ended engine entity env environment error errors event events exception executed execution
  executions executor expected extract extracted file files filter finish finished first flag flow flows
  folder force format from full group has hash hidden host hours icon id ids index info input inserted
  instance instances interval is items job jobs keep key keys kind label language last late latency
  latest level limit line link list listener load loaded locked log logs lookup macro mapping mappings
  max max message messages metadata metric metrics min minutes mode modified modifier ms name names
  nested next node note notes number offset on order org organization origin output owner page pages
  parallel parameter parameters params parent path pause paused percent pid pipeline pool position
  previous priority processed processes profile progress project properties property purged query queue
  queued rate read reason record records rejected rejections request result results resume retries retry
  return role root row rows rule run running runs schedule scheduled schedules scheduler script second
  seconds sequence server session settings share shared size skip skipped sort source stack stage start
  started state stats statistics status step steps stop stopped stream streaming success suspend
  suspended sync tag tags target task tasks template tenant text thread time timeout timestamp timezone
  title to token total trace transformation transformations trigger triggered type types uid unit update
  updated upload uploaded url user users uuid value values variable variables version visible wait
  waiting warning warnings webhook when worker workers written year zone
  `
    .trim()
    .split(/\s+/),
);

/** `auditId`, `latestFinishedStatus`, `flow_name`, `list-flows`: only words that we know. */
export function isPlainWord(name: string): boolean {
  if (name.length > 60 || !/^[A-Za-z]+(?:[-_]?[A-Za-z]+)*$/.test(name)) return false;
  const words = name.replaceAll(/([a-z])(?=[A-Z])/g, "$1 ").split(/[-_ ]/);
  return words.every(word => WORDS.has(word.toLowerCase()));
}
