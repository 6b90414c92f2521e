/** Roles of a member, from least to most. */
export const ROLES = ["guest", "member", "manager", "admin", "owner"] as const;

export type Role = typeof ROLES[number];

/** Whether a role is at least another. The database decides what is returned; this only what is offered. */
export function atLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}
