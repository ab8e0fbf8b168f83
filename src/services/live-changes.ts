/** How the use cases tell those who watch. Each is called after the commit that it speaks of, is quick, and never throws. */
export interface LiveChanges {
  /** Some counter of the campaign may have changed. */
  countersChanged(campaignId: string): void;
  /** Settings or state of the campaign changed. */
  campaignChanged(campaignId: string): void;
  /** Schedules of the campaign are new, have changed, or were deleted. */
  schedulesChanged(campaignId: string): void;
  /** The campaign was deleted, or moved to another group: whoever watches it must ask again. */
  campaignGone(campaignId: string): void;
  /** The upload has come further. */
  uploadMoved(uploadId: string): void;
}
