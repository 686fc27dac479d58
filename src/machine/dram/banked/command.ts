export type CommandKind = 'activate' | 'precharge' | 'read' | 'write' | 'refresh';

/** A command as it went out on a channel. */
export interface Command {
  readonly cycle: number;
  readonly kind: CommandKind;
  /** (rank · groups + group) · banks of a group + bank; of a refresh the first bank of its rank. */
  readonly bank: number;
  /** The row that is opened or that the column belongs to; −1 for a precharge or refresh. */
  readonly row: number;
}

/** Who listens to a channel. */
export interface ChannelListener {
  /** The data of a read are there in cycle `done`; called when its command goes out. */
  readonly onRead?: (id: number, done: number) => void;
  readonly onCommand?: (command: Command) => void;
}
