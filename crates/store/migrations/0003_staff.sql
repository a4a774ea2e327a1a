-- What staff decide for the day.

-- the services that give no numbers today
CREATE TABLE intake(
  service_id INTEGER PRIMARY KEY REFERENCES service(id),
  reason TEXT NOT NULL
) STRICT;
