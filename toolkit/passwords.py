"""Passwords: argon2id, at most two at once, so that signing in never takes the machine."""
