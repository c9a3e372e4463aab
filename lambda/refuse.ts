/** Reports a mistake of the user at its place, such as `routes[0].when.detail.object.key[0]`. */
export type Refuse = (path: string, message: string) => void;
