import type { SampleMail, SamplePerson } from './sample-mail.ts';

// Everyone and everything here is invented.
export const sam: SamplePerson = { name: 'Sam Taylor', address: 'sam.taylor@example.gov.uk' };
const priya: SamplePerson = { name: 'Priya Shah', address: 'priya.shah@example.gov.uk' };
const alex: SamplePerson = { name: 'Alex Green', address: 'alex.green@example.gov.uk' };
const parliamentary: SamplePerson = { name: 'Parliamentary Team', address: 'parliamentary.team@example.gov.uk' };
const privateOffice: SamplePerson = { name: 'Tom Okafor', address: 'tom.okafor@example.gov.uk' };
const margaret: SamplePerson = { name: 'Margaret Ellison', address: 'm.ellison@lowland-flood.example.org' };
const estates: SamplePerson = { name: 'Estates Team', address: 'estates@example.gov.uk' };
const helen: SamplePerson = { name: 'Helen Marsh', address: 'helen.marsh@example.gov.uk' };
const profession: SamplePerson = { name: 'Policy Profession Unit', address: 'policy.profession@example.gov.uk' };
const security: SamplePerson = { name: 'Security Team', address: 'security.team@example.gov.uk' };
const allStaff: SamplePerson = { name: 'All staff, Albion House', address: 'albion.house.all@example.gov.uk' };

const parliamentaryQuestion: SampleMail = {
  id: 'sample-parliamentary-question',
  subject: 'RE: PQ 48213: property flood resilience grants',
  from: priya,
  to: [sam],
  cc: [alex],
  sent: '2026-11-20T09:30:00Z',
  attachments: [],
  body: [
    'Sam,',
    'Thank you for the draft. The Minister is content with the first two paragraphs but has asked for three changes before it is signed.',
    'Please send me the total paid in grants in 2025 to 2026, checked with finance, by noon on Tuesday 24 November. The draft gives £41.2 million, but the figure we gave the Committee in October was £39.8 million, and the Minister will not sign until we can explain the difference.',
    'The Minister would also like the last paragraph to say how many households are still waiting for a survey. Can you confirm whether the 1,140 in your note includes the Calder Valley cases?',
    'Alex, could you check the line on eligibility with legal advisers by Monday evening? If they need longer, tell me today and I will ask the Parliamentary Team for more time.',
    'The answer is due in the House on Thursday 26 November. The Parliamentary Team need the signed copy by 4pm on Wednesday.',
    { signature: ['Priya Shah', 'Deputy Director, Flood Resilience', 'example.gov.uk'] },
    {
      quoted: {
        from: sam,
        to: priya,
        sent: '2026-11-19T16:12:00Z',
        subject: 'RE: PQ 48213: property flood resilience grants',
        body: [
          'Priya,',
          'A draft answer is below. Finance gave me £41.2 million for 2025 to 2026 this morning. The note on waiting households says 1,140 at the end of October.',
          '“We paid £41.2 million in property flood resilience grants in 2025 to 2026, helping 6,870 households. Surveys are booked within eight weeks of an application.”',
          'Sam',
        ],
      },
    },
    {
      quoted: {
        from: parliamentary,
        to: priya,
        sent: '2026-11-18T10:05:00Z',
        subject: 'PQ 48213: property flood resilience grants',
        body: [
          'Please provide a draft answer to the question below by close on Thursday 19 November.',
          '“To ask the Secretary of State how much has been paid in property flood resilience grants in each of the last three years, and how many households are waiting for a survey.”',
        ],
      },
    },
  ],
};

const ministerialVisit: SampleMail = {
  id: 'sample-ministerial-visit',
  subject: 'Calder Valley visit on 3 December: briefing needed',
  from: privateOffice,
  to: [sam],
  cc: [priya],
  sent: '2026-11-20T14:45:00Z',
  attachments: [
    {
      id: 'briefing-note',
      name: 'Calder Valley briefing note.docx',
      contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      address: '/demo/briefing-note.docx',
      size: 2593,
    },
    {
      id: 'people',
      name: 'Who the Minister will meet.txt',
      contentType: 'text/plain',
      text: [
        'Calder Valley visit, Thursday 3 December 2026',
        '',
        '10:15 Councillor Joan Whitaker, leader of the council. She has asked for a date for the Mytholm scheme.',
        '11:00 Residents of Burnside Terrace. Eleven of fourteen houses flooded in February; two are still empty.',
        '12:30 Dr Imran Qureshi, who leads the university team on natural flood management.',
        '',
        'The local paper has been invited to the 11:00 meeting. No interviews have been agreed.',
      ].join('\n'),
    },
  ],
  body: [
    'Hi Sam,',
    'The Minister will visit Calder Valley on Thursday 3 December. Please could you update the attached briefing note and send it back by 5pm on Friday 27 November.',
    'Two points from this morning’s meeting:',
    {
      list: [
        'The Minister wants one page at the front with the three things to say, and nothing in it that has not been announced.',
        'The section on insurance is out of date. Please replace the figures with those published in September.',
      ],
    },
    'Could you also let me know who will travel with the Minister from the policy team, so that I can book the train?',
    'Thanks,',
    { signature: ['Tom Okafor', 'Private Secretary', 'example.gov.uk'] },
  ],
};

const stakeholderLetter: SampleMail = {
  id: 'sample-stakeholder-letter',
  subject: 'Flood grants: questions from our members',
  from: margaret,
  to: [sam],
  cc: [],
  sent: '2026-11-19T11:20:00Z',
  attachments: [],
  body: [
    'Dear Mr Taylor,',
    'I write on behalf of the 42 local flood groups that belong to Lowland Flood Action. Our members welcomed the announcement in July that grants would rise to £7,500 for each home, but many have told us that they cannot find out where their application stands.',
    'I would be grateful for an answer to three questions.',
    'When will homes that flooded in February 2026 be offered a survey?',
    'Can a household that has already paid for its own flood doors claim the cost?',
    'Will the department send a speaker to our annual meeting in Lincoln on Saturday 16 January 2027?',
    'We have to print the programme for the annual meeting on 11 December, so a reply to the last question before then would be a great help.',
    'Yours sincerely,',
    { signature: ['Margaret Ellison', 'Chair, Lowland Flood Action'] },
  ],
};

const officeMove: SampleMail = {
  id: 'sample-office-move',
  subject: 'Albion House: fourth floor moves on 4 December',
  from: estates,
  to: [allStaff],
  cc: [],
  sent: '2026-11-18T08:00:00Z',
  attachments: [],
  body: [
    'Dear colleagues,',
    'Teams on the fourth floor will move to the second floor on Friday 4 December. The fourth floor will close at 1pm on Thursday 3 December and will not reopen until the heating has been replaced in March.',
    'What you need to do:',
    {
      list: [
        'Clear your desk and locker by 12 noon on Thursday 3 December. Anything left will be put into storage.',
        'Collect crates from the post room from Monday 30 November. Each person can have two.',
        'If you have a chair or screen that was provided for you after a workplace assessment, tell us by Thursday 26 November so that we can move it for you.',
      ],
    },
    {
      table: [
        ['Team', 'New place'],
        ['Flood Resilience', 'Second floor, east'],
        ['Water Quality', 'Second floor, west'],
        ['Private Office', 'No change'],
      ],
    },
    'The lifts will be kept for the movers between 2pm and 6pm on Thursday. If you need step-free access in those hours, call the front desk and we will hold a lift for you.',
    { signature: ['Estates Team', 'Albion House'] },
  ],
};

const supplierReview: SampleMail = {
  id: 'sample-supplier-review',
  subject: 'OFFICIAL-SENSITIVE COMMERCIAL: grants case system, supplier review',
  from: helen,
  to: [sam],
  cc: [alex],
  sent: '2026-11-17T17:05:00Z',
  attachments: [],
  body: [
    'OFFICIAL-SENSITIVE COMMERCIAL',
    'Sam, Alex,',
    'The supplier missed two of its five service levels in October. The case system was unavailable for 9 hours and 20 minutes against a limit of 4 hours, and 312 letters went out late.',
    'Under the contract we can withhold up to 8% of the October charge, which comes to £27,600. I recommend that we withhold it and ask for a recovery plan. Finance agree. The supplier has not been told, and should not be until we have decided.',
    'I need a decision from you both by Wednesday 25 November, because the notice has to be served within ten working days of the monthly report.',
    'Sam, please can you also confirm that no grant was paid late because of this?',
    { signature: ['Helen Marsh', 'Commercial Lead'] },
  ],
};

const newsletter: SampleMail = {
  id: 'sample-newsletter',
  subject: 'Policy Profession weekly: prizes, plain English and a new library',
  from: profession,
  to: [allStaff],
  cc: [],
  sent: '2026-11-16T07:30:00Z',
  attachments: [],
  body: [
    {
      hidden:
        'This week: nominations close, a new evidence library, and how to write a submission on one page. View this message in your browser.',
    },
    'In this week’s issue: nominations for the policy prize, a new evidence library and a course on plain English.',
    'Nominations for the 2026 policy prize close at 5pm on Friday 27 November. Anyone up to Grade 7 can be nominated, by a colleague or by themselves. Last year’s winners cut the time to answer a consultation from eleven weeks to six.',
    'The evidence library opened on Monday. It holds 2,300 evaluations from 14 departments and can be searched by topic. The library team will show how it works on Tuesday 1 December at 12:30pm; there is no need to book.',
    '“One page is enough” is a two-hour course on writing for ministers. There are 30 places on Thursday 10 December, and a recording for everyone else.',
    'Coming up: the profession’s winter conference is on 20 January 2027 in Birmingham. Booking opens next week.',
    { signature: ['You receive this because you are a member of the Policy Profession. Ask your profession lead to stop it.'] },
  ],
};

const aboveOurTier: SampleMail = {
  id: 'sample-exercise',
  subject: 'EXERCISE ONLY: SECRET - winter readiness return',
  from: security,
  to: [sam],
  cc: [],
  sent: '2026-11-13T12:00:00Z',
  attachments: [],
  body: [
    'This is an exercise. It shows what Humphrey does with a message that is marked above OFFICIAL: it refuses to read it.',
    'If you receive a real message like this on this system, do not forward it. Follow your local procedure for reporting a security incident.',
    { signature: ['Security Team'] },
  ],
};

/** The demo mailbox, newest first. */
export const sampleMails: SampleMail[] = [
  ministerialVisit,
  parliamentaryQuestion,
  stakeholderLetter,
  officeMove,
  supplierReview,
  newsletter,
  aboveOurTier,
];
