// Notes in window.complaints what the page complains of from now on, and what the browser has kept until now.
() => {
  const complaints = (window.complaints = []);
  for (const level of ["error", "warn"]) {
    const say = console[level].bind(console);
    console[level] = (...words) => {
      complaints.push(`console ${level}: ${words.join(" ")}`);
      say(...words);
    };
  }
  addEventListener("error", ({ message }) => complaints.push(`page error: ${message}`));
  addEventListener("unhandledrejection", ({ reason }) => complaints.push(`page error: ${reason}`));
  const violation = ({ body }) => `CSP violation: ${body.effectiveDirective} ${body.blockedURL}`;
  const reports = (found) => complaints.push(...found.map(violation));
  new ReportingObserver(reports, { types: ["csp-violation"], buffered: true }).observe();
};
