"""What a hostile visitor, account or admin tries: odd requests, scripts, other hosts, foreign fields, old rights."""
