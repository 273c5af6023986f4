"""Where people stand under the policies: one person, a list, a change of policy, anybody."""
