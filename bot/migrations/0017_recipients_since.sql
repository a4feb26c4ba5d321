-- For those that are there. One table in one transaction: while others write, two would be in one another's way.
UPDATE recipient SET thanked_at = (SELECT given_at FROM recognition WHERE recognition.id = recipient.recognition)
WHERE thanked_at = '';
