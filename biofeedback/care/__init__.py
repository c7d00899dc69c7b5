"""What lasts beyond a session: people, days, plan, evidence, progress. Rules and statistics, no window and no SQL."""
