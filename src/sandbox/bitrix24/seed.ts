import type { PortalSeed } from './state.ts';

/**
 * The portal of a small company: enough people and tasks to try every interaction. Task 60 can only be read by Irina and
 * Boris; task 404 does not exist.
 */
export const defaultSeed: PortalSeed = {
  users: [
    { id: 1, name: 'Irina', lastName: 'Sokolova', admin: true },
    { id: 7, name: 'Anna', lastName: 'Petrova' },
    { id: 9, name: 'Boris', lastName: 'Weber' },
    { id: 12, name: 'Chen', lastName: 'Li' },
  ],
  tasks: [
    {
      id: 51,
      title: 'Prepare the quarterly report',
      status: 'in_progress',
      creatorId: 1,
      responsibleId: 7,
      deadlineAt: Date.UTC(2030, 11, 20, 16),
    },
    {
      id: 52,
      title: 'Move the website to the new server',
      group: { id: 3, name: 'Website' },
      creatorId: 1,
      responsibleId: 9,
    },
    { id: 53, title: 'Order chairs for the Berlin office', status: 'completed', creatorId: 7, responsibleId: 12 },
    { id: 54, title: 'Подготовить договор с подрядчиком', creatorId: 1, responsibleId: 12 },
    { id: 60, title: 'Salary review', creatorId: 1, responsibleId: 9, readers: [] },
  ],
};
