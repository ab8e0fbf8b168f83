import type { EntityManager } from '@mikro-orm/postgresql';
import { groupAccess } from '../auth/group-access.js';
import type { Viewer } from '../auth/viewer.js';
import { Campaign } from '../entities/campaign.js';
import { CampaignState } from '../entities/enums.js';
import { AppError, ErrorCode, notFound } from '../errors.js';
import { isId } from './input-check.js';

/** The campaign, if it is of the viewer's groups. */
export async function findCampaign(em: EntityManager, viewer: Viewer, id: string): Promise<Campaign> {
  const campaign = isId(id) ? await em.findOne(Campaign, { $and: [{ id }, groupAccess.campaigns(viewer)] }) : null;
  if (!campaign) throw notFound('campaign', id);
  return campaign;
}

/**
 * Locks the campaign against edits, starts and claims until the transaction ends, and reads it as it is then. The lock
 * is weaker than `for update`, so that rows which refer to the campaign can still be inserted.
 */
export async function lockCampaign(tx: EntityManager, viewer: Viewer, id: string): Promise<Campaign> {
  if (!isId(id)) throw notFound('campaign', id);
  await tx.execute('select 1 from campaign where id = ? for no key update', [id]);
  const campaign = await tx.findOne(
    Campaign,
    { $and: [{ id }, groupAccess.campaigns(viewer)] },
    // What the request has read before the lock may be old.
    { refresh: true },
  );
  if (!campaign) throw notFound('campaign', id);
  return campaign;
}

/** Locks a campaign for what needs it `STOPPED` (product.md, Campaigns). */
export async function lockStoppedCampaign(tx: EntityManager, viewer: Viewer, id: string): Promise<Campaign> {
  const campaign = await lockCampaign(tx, viewer, id);
  requireStopped(campaign);
  // What follows may change every lead of a large campaign, for longer than a question may take.
  await tx.execute('set local statement_timeout = 0');
  return campaign;
}

export function requireStopped(campaign: Campaign): void {
  if (campaign.state === CampaignState.STOPPED) return;
  throw new AppError(
    ErrorCode.CAMPAIGN_NOT_STOPPED,
    `The campaign ${JSON.stringify(campaign.name)} is started; stop it first.`,
  );
}

/** An edit of the campaign's schedules is one of the campaign too: its version grows. */
export async function touchCampaign(tx: EntityManager, campaign: Campaign): Promise<void> {
  campaign.updatedAt = new Date();
  await tx.flush();
}
