/** Where the code of this application is to be read. */
const REPOSITORY_URL = 'https://github.com/wristband-dev/actix-react-session-reference';

/** The page of the file at `path` of the repository. */
export const sourceUrl = (path: string) => `${REPOSITORY_URL}/blob/main/${path}`;
