import type { EmbedderApi } from './embeddings.ts';
import type { LearnerApi } from './learner.ts';
import type { ProjectsApi } from './projects.ts';

/**
 * All that the panel works with, tied together: what changes in the open project is looked at and learned by the page's network, while
 * the panel is shown.
 */
export interface Session {
  readonly projects: ProjectsApi;
  readonly embedder: EmbedderApi;
  readonly learner: LearnerApi;
  /** The panel is shown: learns what there is, with the network that the page uses. */
  start(): void;
  /** The panel is left: the work ends. What has been learned is written as a model of the page: see `save`. */
  stop(): void;
  /** Writes the model that was taught, keeps it with its project, and resolves to the file; undefined while there is no head. */
  save(): Promise<File | undefined>;
  /** `save`, and the page uses it. */
  use(): Promise<void>;
}
