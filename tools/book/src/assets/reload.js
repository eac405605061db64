// The served book: a page that was made anew is loaded anew, at the same place.
new EventSource("/events").addEventListener("changed", () => location.reload());
