/** The part of autocannon that the bench uses; the package has no types of its own. */
declare module 'autocannon' {
  function autocannon(options: {
    readonly url: string
    readonly connections: number
    readonly duration: number
    readonly sampleInt: number
    readonly setupClient: (client: autocannon.LoadClient) => void
  }): autocannon.Load
  /** So many of the same request. */
  function autocannon(options: {
    readonly url: string
    readonly connections: number
    readonly amount: number
  }): autocannon.Load

  namespace autocannon {
    interface LoadRequest {
      readonly method: string
      readonly path: string
      readonly headers: Readonly<Record<string, string>>
      readonly body?: string
    }

    interface LoadClient {
      /** How many requests this connection has sent. */
      readonly reqsMade: number
      setRequests(requests: readonly LoadRequest[]): void
    }

    interface Load extends Promise<unknown> {
      /** `milliseconds` from the request's first byte out to the answer's last byte in. */
      on(
        event: 'response',
        listener: (client: LoadClient, status: number, bytes: number, milliseconds: number) => void,
      ): this
      on(event: 'reqError', listener: (error: Error) => void): this
      stop(): void
    }
  }

  export = autocannon
}
