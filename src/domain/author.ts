/** Who wrote a message, as it is shown: a person with an id that can be looked up, or an app. */
export type Author =
  | {
      readonly kind: 'user';
      readonly id: string;
      readonly label?: string;
      /** The app through which the person posted it. */
      readonly via?: string;
    }
  /** Without a name where nobody knows it. */
  | { readonly kind: 'app'; readonly name?: string };
