"""How a generator's maps are judged: by gates, beside baselines and a noise floor."""
