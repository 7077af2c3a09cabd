/** What a person sees who opens the pane's address in a browser, or whose network keeps office.js away. */
export function OutsideOutlook() {
  return (
    <main>
      <h1>Humphrey</h1>
      <p>Humphrey works inside Outlook. To use it:</p>
      <ol>
        <li>Open Outlook on the web or on your computer.</li>
        <li>Open an email.</li>
        <li>Choose Humphrey, then Summarise, on the ribbon or under Apps.</li>
      </ol>
      <p>
        If you are in Outlook now, your network may be blocking Microsoft’s add-in library. Ask your IT team to allow
        appsforoffice.microsoft.com.
      </p>
    </main>
  );
}
