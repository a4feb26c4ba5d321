UPDATE tag SET thanked_at = (SELECT given_at FROM recognition WHERE recognition.id = tag.recognition)
WHERE thanked_at = '';
