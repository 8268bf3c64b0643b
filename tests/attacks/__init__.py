"""What a hostile visitor, account or admin tries: malformed requests, scripts, other hosts, foreign fields, old rights."""
