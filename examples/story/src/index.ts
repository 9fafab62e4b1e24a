export { type Ledger, openLedger, type Transfer } from './ledger.js'
export { listen } from './listen.js'
export { type RunningApi, type StoryApis, tellStory, type World } from './tell-story.js'
